var payload_details =  {
  "tweets" : 3,
  "created_at" : "2015-11-01 09:00:00 +0000",
  "lang" : "fr"
}