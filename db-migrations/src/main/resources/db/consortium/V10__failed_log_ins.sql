-- Keycloak's events of failed log-ins that stand in the audit log already. What is older than the youngest by more than an
-- hour is deleted: Keycloak is asked only for what came after.
CREATE TABLE failed_log_in (
    id varchar(100) PRIMARY KEY,
    at timestamptz  NOT NULL
);
CREATE INDEX failed_log_in_at ON failed_log_in (at);
