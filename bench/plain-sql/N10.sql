-- N10, shape total: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
WITH used AS (
  SELECT f._key, f.mdtrt_id, k.point_id, k.max_days, f.fee_ocur_time, dense_rank() OVER (PARTITION BY f.mdtrt_id, k.point_id ORDER BY f.fee_ocur_time::DATE) AS days
  FROM fee_list_d f JOIN k_drug_course k ON k.item = f.med_list_codg
  WHERE f.fee_ocur_time::DATE >= k.valid_from AND f.inscp_amt <> 0)
SELECT _key AS subject FROM used WHERE days > max_days
