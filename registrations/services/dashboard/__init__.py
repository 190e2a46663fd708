from registrations.services.dashboard.home import Dashboard, dashboard_of

__all__ = ["Dashboard", "dashboard_of"]
