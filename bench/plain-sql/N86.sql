-- N86, shape total: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
WITH used AS (
  SELECT f._key, f.mdtrt_id, k.max_cnt * CASE WHEN EXISTS (SELECT 1 FROM setl_list_oprn_d p JOIN k_bilateral_operations x ON x.operation = p.oprn_oprt_code WHERE p.mdtrt_id = f.mdtrt_id) THEN 2 ELSE 1 END AS cap,
    sum(f.cnt) OVER (PARTITION BY f.mdtrt_id, k.point_id ORDER BY f.fee_ocur_time, f._key) AS running
  FROM fee_list_d f JOIN k_consumable_limit k ON k.item = f.med_list_codg WHERE f.fee_ocur_time::DATE >= k.valid_from)
SELECT _key AS subject FROM used WHERE running > cap
