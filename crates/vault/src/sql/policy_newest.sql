-- policy_newest
SELECT digest, effective_from FROM policy
ORDER BY effective_from DESC, published_at DESC, digest DESC LIMIT 1
