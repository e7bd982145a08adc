-- N23, shape window: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
WITH used AS (
  SELECT f._key, f.psn_no, k.point_id, k.max_days, f.fee_ocur_time::DATE AS day
  FROM fee_list_d f JOIN k_item_course k ON k.item = f.med_list_codg
  WHERE f.fee_ocur_time::DATE >= k.valid_from AND f.inscp_amt <> 0),
days AS (SELECT DISTINCT psn_no, point_id, max_days, day FROM used),
counted AS (
  SELECT psn_no, point_id, max_days, day, count(*) OVER (PARTITION BY psn_no, point_id ORDER BY day RANGE BETWEEN INTERVAL 364 DAYS PRECEDING AND CURRENT ROW) AS n FROM days)
SELECT u._key AS subject FROM used u JOIN counted c USING (psn_no, point_id, day) WHERE c.n > c.max_days
