-- policy_list
SELECT digest, effective_from, published_at, files FROM policy
ORDER BY effective_from, published_at, digest
