-- IB04, shape stays: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
WITH stays AS (SELECT mdtrt_id, psn_no, begntime, endtime, nwb_flag FROM visit_setting WHERE setting = 'inpatient'),
candidate AS (
  SELECT b.mdtrt_id, coalesce(a.nwb_flag, '0') = '1' OR coalesce(b.nwb_flag, '0') = '1' AS newborn,
    row_number() OVER (PARTITION BY b.mdtrt_id ORDER BY a.begntime DESC, a.mdtrt_id DESC) AS n
  FROM stays b JOIN stays a ON a.psn_no = b.psn_no AND (a.begntime, a.mdtrt_id) < (b.begntime, b.mdtrt_id) WHERE b.begntime::DATE < a.endtime::DATE)
SELECT mdtrt_id AS subject FROM candidate WHERE n = 1 AND NOT newborn
