-- N14, shape line: `subject` is the violating line or stay. Written from the rule plan, not from the rule file.
SELECT f._key AS subject FROM fee_list_d f
JOIN k_item_price k ON k.item = f.med_list_codg
JOIN mdtrt_d v ON v.mdtrt_id = f.mdtrt_id
JOIN medins_info_b i ON i.fixmedins_code = v.fixmedins_code
JOIN psn_info_b p ON p.psn_no = v.psn_no
CROSS JOIN LATERAL (SELECT CASE i.lmtpric_hosp_lv WHEN '3' THEN k.price_3 WHEN '2' THEN k.price_2 ELSE k.price_1 END AS cap)
WHERE i.lmtpric_hosp_lv IS NOT NULL AND f.fee_ocur_time::DATE >= k.valid_from AND f.pric > cap
  AND NOT (f.med_chrgitm_type = '06' AND (year(f.fee_ocur_time::DATE) - year(p.brdy) - (strftime(f.fee_ocur_time::DATE, '%m%d') < strftime(p.brdy, '%m%d'))::INTEGER) < 6 AND f.pric * 10 <= cap * 13)
