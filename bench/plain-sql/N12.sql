-- N12, shape line: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
SELECT f._key AS subject FROM fee_list_d f
JOIN k_drug_level k ON k.item = f.med_list_codg
JOIN mdtrt_d v ON v.mdtrt_id = f.mdtrt_id
JOIN medins_info_b i ON i.fixmedins_code = v.fixmedins_code
WHERE f.fee_ocur_time::DATE >= k.valid_from AND coalesce(i.fixmedins_type, '1') = '1'
  AND f.inscp_amt <> 0
  AND CASE WHEN i.hosp_lv IN ('01','02','03','04') THEN 3 WHEN i.hosp_lv IN ('05','06','07') THEN 2 WHEN i.hosp_lv IN ('08','09','10') THEN 1 ELSE 0 END < k.min_rank
