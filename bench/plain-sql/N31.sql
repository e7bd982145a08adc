-- N31, shape window: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
SELECT b._key AS subject FROM fee_list_d b
JOIN k_item_cycle k ON k.item = b.med_list_codg
JOIN fee_list_d a ON a.psn_no = b.psn_no AND a.med_list_codg IN (SELECT item FROM k_item_cycle c WHERE c.point_id = k.point_id)
  AND a.fee_ocur_time::DATE BETWEEN b.fee_ocur_time::DATE - (k.cycle_days - 1)::INTEGER AND b.fee_ocur_time::DATE
  AND (a.fee_ocur_time, a.mdtrt_id, a._key) <= (b.fee_ocur_time, b.mdtrt_id, b._key)
WHERE b.fee_ocur_time::DATE >= k.valid_from
  AND NOT EXISTS (SELECT 1 FROM setl_list_diag_d d JOIN k_tumour_diagnosis t ON t.diagnosis = d.diag_code WHERE d.mdtrt_id = b.mdtrt_id)
GROUP BY b._key, k.point_id, k.max_cnt HAVING sum(a.cnt) > k.max_cnt
