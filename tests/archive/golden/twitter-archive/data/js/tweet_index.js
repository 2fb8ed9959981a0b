var tweet_index =  [
  {
    "file_name" : "data/js/tweets/2015_10.js",
    "year" : 2015,
    "var_name" : "tweets_2015_10",
    "tweet_count" : 2,
    "month" : 10
  },
  {
    "file_name" : "data/js/tweets/2015_09.js",
    "year" : 2015,
    "var_name" : "tweets_2015_09",
    "tweet_count" : 1,
    "month" : 9
  }
]