-- N50, shape window: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
WITH visits AS (SELECT mdtrt_id, psn_no, begntime FROM visit_setting WHERE setting IN ('outpatient', 'emergency', 'chronic')),
counted AS (
  SELECT b.mdtrt_id, count(*) AS n FROM visits b JOIN visits a ON a.psn_no = b.psn_no
    AND a.begntime::DATE BETWEEN b.begntime::DATE - 6 AND b.begntime::DATE AND (a.begntime, a.mdtrt_id) <= (b.begntime, b.mdtrt_id)
  GROUP BY ALL)
SELECT mdtrt_id AS subject FROM counted c WHERE n > 6
  AND NOT EXISTS (SELECT 1 FROM fee_list_d l JOIN k_dialysis_items d ON d.item = l.med_list_codg WHERE l.mdtrt_id = c.mdtrt_id AND l.cnt > 0)
