-- N55, shape visit: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
SELECT DISTINCT v.mdtrt_id AS subject FROM setl_list_diag_d d
JOIN k_diagnosis_age k ON k.diagnosis = d.diag_code
JOIN mdtrt_d v ON v.mdtrt_id = d.mdtrt_id
JOIN psn_info_b p ON p.psn_no = v.psn_no
WHERE (year(v.begntime::DATE) - year(p.brdy) - (strftime(v.begntime::DATE, '%m%d') < strftime(p.brdy, '%m%d'))::INTEGER) NOT BETWEEN k.age_min AND k.age_max AND coalesce(v.nwb_flag, '0') <> '1'
