-- N67, shape line: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
SELECT f._key AS subject FROM fee_list_d f
JOIN k_drug_sex k ON k.item = f.med_list_codg
JOIN mdtrt_d v ON v.mdtrt_id = f.mdtrt_id
JOIN psn_info_b p ON p.psn_no = v.psn_no
WHERE f.fee_ocur_time::DATE >= k.valid_from AND p.gend IN ('1', '2') AND p.gend <> k.sex AND coalesce(v.nwb_flag, '0') <> '1'
