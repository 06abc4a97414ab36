-- schema_version_read
SELECT COALESCE(MAX(version), 0) FROM schema_version
