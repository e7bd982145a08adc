-- N27, shape total: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
WITH used AS (
  SELECT f._key, f.mdtrt_id, f.med_list_codg, f.psn_no, f.fee_ocur_time, k.point_id, k.max_cnt,
    sum(f.cnt) OVER day_total AS total, sum(f.cnt) OVER (PARTITION BY f.psn_no, k.point_id, f.fee_ocur_time::DATE ORDER BY f.fee_ocur_time, f.mdtrt_id, f._key) AS running
  FROM fee_list_d f JOIN k_item_daily_limit k ON k.item = f.med_list_codg
  WHERE f.fee_ocur_time::DATE >= k.valid_from
  WINDOW day_total AS (PARTITION BY f.psn_no, k.point_id, f.fee_ocur_time::DATE)),
first_over AS (
  SELECT psn_no, point_id, fee_ocur_time::DATE AS day, arg_min(mdtrt_id, (fee_ocur_time, mdtrt_id, _key)) AS mdtrt_id, arg_min(med_list_codg, (fee_ocur_time, mdtrt_id, _key)) AS item
  FROM used WHERE running > max_cnt AND total > max_cnt GROUP BY ALL),
raised AS (
  SELECT o.*, EXISTS (SELECT 1 FROM setl_list_oprn_d p JOIN k_bilateral_operations x ON x.operation = p.oprn_oprt_code WHERE p.mdtrt_id = o.mdtrt_id)
    OR EXISTS (SELECT 1 FROM fee_list_d l JOIN k_rescue_items r ON r.item = l.med_list_codg WHERE l.mdtrt_id = o.mdtrt_id AND l.cnt > 0)
    OR (o.item IN (SELECT item FROM k_dialysis_items) AND EXISTS (SELECT 1 FROM mdtrt_d v WHERE v.mdtrt_id = o.mdtrt_id AND v.med_type IN ('13', '24'))) AS doubled FROM first_over o)
SELECT u._key AS subject FROM used u JOIN raised r ON r.psn_no = u.psn_no AND r.point_id = u.point_id AND r.day = u.fee_ocur_time::DATE
WHERE u.total > u.max_cnt * CASE WHEN r.doubled THEN 2 ELSE 1 END AND u.running > u.max_cnt * CASE WHEN r.doubled THEN 2 ELSE 1 END
