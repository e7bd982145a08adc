-- IC12, shape stays: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
SELECT DISTINCT b.mdtrt_id AS subject FROM visit_setting b
JOIN visit_setting a ON a.psn_no = b.psn_no AND a.fixmedins_code = b.fixmedins_code AND a.begntime::DATE = b.begntime::DATE AND (a.begntime, a.mdtrt_id) < (b.begntime, b.mdtrt_id)
WHERE a.setting = 'pharmacy' AND b.setting = 'pharmacy'
