-- IA20, shape total: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
WITH stays AS (
  SELECT mdtrt_id, (date_diff('minute', begntime, CASE WHEN endtime = date_trunc('day', endtime) THEN endtime + INTERVAL 1 DAY ELSE endtime END) + 59) // 60 AS hours
  FROM visit_setting WHERE setting = 'inpatient' AND begntime IS NOT NULL
    AND (endtime = date_trunc('day', endtime) OR coalesce(dscg_way, dscg_caty, chfpdr_code) IS NOT NULL)),
used AS (
  SELECT f._key, s.hours, sum(f.cnt) OVER (PARTITION BY f.mdtrt_id, k.point_id ORDER BY f.fee_ocur_time, f._key) AS running
  FROM fee_list_d f JOIN k_hourly_items k ON k.item = f.med_list_codg JOIN stays s USING (mdtrt_id) WHERE f.fee_ocur_time::DATE >= k.valid_from)
SELECT _key AS subject FROM used WHERE running > hours * 10000
