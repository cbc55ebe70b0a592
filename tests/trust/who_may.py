"""Which role each address of the screens is for: the weakest that may, by endpoint.

This table is written down twice on purpose, here and beside the views: whoever opens an address to a weaker role has to
say so here as well. A route that stands nowhere fails ``test_privilege_screens``.
"""

from scimapp.directory.roles import Role

ANYBODY, SIGNED_IN = "anybody", Role.MEMBER  # a member may do what everybody who is signed in may

_TABLE = {
    ANYBODY: """
        home sign_in choose_account send_confirmation_again sign_out forgot_password reset_password accept_invitation
        renew_invitation confirm_email setup second_step recovery_code second_step_set_up
    """,
    SIGNED_IN: """
        me me_save theme confirm my_data my_email my_email_save my_email_again my_email_withdraw my_password
        my_password_save my_sessions my_session_end my_sessions_end_others my_second_step my_second_step_set_up
        my_recovery_codes my_second_step_off
    """,
    Role.USER_ADMIN: """
        users user user_save user_new user_new_groups users_view users_filter users_filter_groups users_filter_people
        users_export user_deactivate user_activate user_invite user_confirmation user_sign_out user_password_reset user_second_step_reset
        user_unlink
        user_data user_invitation_card
        users_batch users_batch_again batches batch batch_progress batch_go_on batch_stop batch_undo
        user_import user_import_sample user_import_columns user_import_preview user_import_check user_import_drop
        user_import_errors
        groups group group_new group_everyone group_rename group_delete group_link group_unlink group_members_find
        group_members_options group_members_add group_members_remove
        fields field field_new field_archive field_restore field_move field_mapping fields_mapping
        provisioning configure_scim configure_generate configure_save configure_leave provisioning_status pause resume
        options options_save stop_release stop_keep token_rotate token_rename token_preset token_revoke guides guide
        provisioning_log provisioning_log_newer provisioning_call provisioning_log_export
        outbox outbox_batch outbox_mail outbox_body outbox_retry outbox_cancel
        audit audit_entry audit_export settings settings_roles settings_roles_give settings_role
    """,
    Role.SUPER_ADMIN: """
        user_erase user_invitation_link settings_security settings_security_save settings_rules group_rule
    """,
    Role.OWNER: "transfer_ownership transfer_ownership_to",
}
WEAKEST = {f"web.{name}": role for role, names in _TABLE.items() for name in names.split()}


def may(role, endpoint):
    """Whether somebody with ``role``, None for somebody who is signed out, gets past the guard of an endpoint."""
    weakest = WEAKEST[endpoint]
    return weakest == ANYBODY or (role is not None and Role(role).rank >= Role(weakest).rank)
