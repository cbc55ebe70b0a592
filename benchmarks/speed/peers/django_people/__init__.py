"""The Django application with the models that django-scim2 asks for."""
