"""Custom fields: the attributes that an account adds to its people, their types and options, and incoming values."""
