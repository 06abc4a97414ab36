-- schema_version
CREATE TABLE schema_version (
    version {integer} PRIMARY KEY,
    applied_at {integer} NOT NULL
) {strict};
