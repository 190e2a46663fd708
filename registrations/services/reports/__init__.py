from registrations.services.reports.report import Report, make_report

__all__ = ["Report", "make_report"]
