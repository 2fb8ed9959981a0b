window.YTD.following.part0 = [
  {
    "following": {
      "accountId": "3700000003",
      "userLink": "x"
    }
  }
]