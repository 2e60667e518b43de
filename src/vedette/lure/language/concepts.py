"""The concepts that phrases can stand for: the names of the signs they make."""

from __future__ import annotations

from typing import Final

THEMES: Final = frozenset(
    {"job_theme", "recruiter_persona", "coding_test", "tailored_role", "salary_given"}
)
"""What makes a message one about a job; ordinary in themselves."""

TONES: Final = frozenset({"urgency", "flattery", "interview_scheduled"})
"""How it is written."""

REQUESTS: Final = frozenset(
    {
        *("handoff_messenger", "handoff_personal_mail", "secrecy", "company_device"),
        *("run_program", "run_repository", "paste_command", "disable_protection"),
        *("viewer_required", "password_given", "enable_content", "work_credentials"),
    }
)
"""What the reader is asked to do, or is handed to do it with."""

HINTS: Final = frozenset(
    {
        *("avoid_employer", "evade_employer", "insider_request", "odd_pay", "fix_device"),
        *("desktop_only", "sign_in_to_read", "excuse_sender", "unusual_process"),
    }
)
"""What keeps a lure from being seen through, and what it is after."""

CONCEPTS: Final = THEMES | TONES | REQUESTS | HINTS
