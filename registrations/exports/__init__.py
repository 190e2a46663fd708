from registrations.exports.attendance import attendance_response

__all__ = ["attendance_response"]
