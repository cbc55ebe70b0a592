"""What the provisioning log keeps of a call: put aside with the answer (``call_record``), described and written later by ``log_worker``."""
