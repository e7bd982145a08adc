-- IB05, shape stays: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
SELECT DISTINCT b.mdtrt_id AS subject FROM visit_setting b
JOIN visit_setting a ON a.psn_no = b.psn_no AND a.setting = 'inpatient'
WHERE b.setting <> 'inpatient' AND b.begntime::DATE > a.begntime::DATE AND b.begntime::DATE < a.endtime::DATE
