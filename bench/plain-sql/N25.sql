-- N25, shape pair: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
SELECT DISTINCT b._key AS subject FROM fee_list_d b
JOIN k_item_duplicate k ON k.item_b = b.med_list_codg
JOIN fee_list_d a ON a.med_list_codg = k.item_a AND a.psn_no = b.psn_no AND a._key <> b._key
WHERE a.cnt > 0 AND b.cnt > 0 AND b.fee_ocur_time::DATE >= k.valid_from
  AND CASE k."window" WHEN 'day' THEN a.fee_ocur_time::DATE = b.fee_ocur_time::DATE
    WHEN 'visit' THEN a.mdtrt_id = b.mdtrt_id
    WHEN 'hour' THEN date_trunc('hour', a.fee_ocur_time) = date_trunc('hour', b.fee_ocur_time)
    WHEN '6h' THEN abs(date_diff('minute', a.fee_ocur_time, b.fee_ocur_time)) <= 360 END
  AND NOT EXISTS (SELECT 1 FROM setl_list_oprn_d o JOIN k_bilateral_operations x ON x.operation = o.oprn_oprt_code WHERE o.mdtrt_id = b.mdtrt_id)
