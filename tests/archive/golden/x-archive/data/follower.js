window.YTD.follower.part0 = [
  {
    "follower": {
      "accountId": "3700000001",
      "userLink": "https://twitter.com/intent/user?user_id=3700000001"
    }
  },
  {
    "follower": {
      "accountId": "3700000003",
      "userLink": "https://twitter.com/intent/user?user_id=3700000003"
    }
  }
]