-- N30, shape pair: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
SELECT DISTINCT b._key AS subject FROM fee_list_d b
JOIN k_item_consumable k ON k.item_b = b.med_list_codg
JOIN fee_list_d a ON a.med_list_codg = k.item_a AND a.mdtrt_id = b.mdtrt_id AND a.fee_ocur_time::DATE = b.fee_ocur_time::DATE AND a._key <> b._key
WHERE a.cnt > 0 AND b.cnt > 0 AND b.fee_ocur_time::DATE >= k.valid_from
