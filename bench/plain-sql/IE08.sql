-- IE08, shape visit: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
SELECT v.mdtrt_id AS subject FROM mdtrt_d v
WHERE v.psn_no IN (SELECT psn_no FROM psn_insu_d)
  AND NOT EXISTS (SELECT 1 FROM psn_insu_d e WHERE e.psn_no = v.psn_no AND e.psn_insu_stas = '1'
    AND v.begntime::DATE >= e.begndate AND v.begntime::DATE <= coalesce(e.enddate, DATE '9999-12-31'))
