-- IB02, shape stays: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
WITH stays AS (
  SELECT v.mdtrt_id, v.psn_no, v.fixmedins_code, v.begntime, v.endtime, v.dscg_way, d.diag_code
  FROM visit_setting v JOIN setl_list_diag_d d ON d.mdtrt_id = v.mdtrt_id AND d.maindiag_flag = '1' WHERE v.setting = 'inpatient'),
candidate AS (
  SELECT b.mdtrt_id, a.mdtrt_id AS earlier, a.dscg_way, row_number() OVER (PARTITION BY b.mdtrt_id ORDER BY a.begntime DESC, a.mdtrt_id DESC) AS n
  FROM stays b JOIN stays a ON a.psn_no = b.psn_no AND (a.begntime, a.mdtrt_id) < (b.begntime, b.mdtrt_id) AND a.fixmedins_code <> b.fixmedins_code
  WHERE b.begntime::DATE - a.endtime::DATE BETWEEN 0 AND 7 AND left(a.diag_code, 3) = left(b.diag_code, 3))
SELECT mdtrt_id AS subject FROM candidate c WHERE n = 1 AND coalesce(dscg_way, '') NOT IN ('2', '3')
  AND NOT EXISTS (SELECT 1 FROM setl_list_diag_d d JOIN k_tumour_diagnosis t ON t.diagnosis = d.diag_code WHERE d.mdtrt_id = c.mdtrt_id)
