-- N39, shape visit: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
SELECT DISTINCT v.mdtrt_id AS subject FROM setl_list_oprn_d o
JOIN k_operation_sex k ON k.operation = o.oprn_oprt_code
JOIN mdtrt_d v ON v.mdtrt_id = o.mdtrt_id
JOIN psn_info_b p ON p.psn_no = v.psn_no
WHERE p.gend IN ('1', '2') AND p.gend <> k.sex AND coalesce(v.nwb_flag, '0') <> '1'
