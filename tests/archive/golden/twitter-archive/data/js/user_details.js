var user_details =  {
  "expanded_url" : "http://example.org",
  "screen_name" : "BrunoInvente",
  "location" : "",
  "full_name" : "Bruno \u00ab B \u00bb",
  "bio" : "",
  "id" : "3700000002",
  "created_at" : "2013-07-08 20:12:42 +0000",
  "display_url" : "example.org"
}