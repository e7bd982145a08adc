-- IA08, shape total: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
WITH used AS (
  SELECT f._key, sum(f.cnt) OVER (PARTITION BY f.psn_no, k.point_id, f.fee_ocur_time::DATE ORDER BY f.fee_ocur_time, f.mdtrt_id, f._key) AS running
  FROM fee_list_d f JOIN k_hourly_items k ON k.item = f.med_list_codg WHERE f.fee_ocur_time::DATE >= k.valid_from)
SELECT _key AS subject FROM used WHERE running > 240000
