window.YTD.account.part0 = [
  {
    "account": {
      "email": "bruno@example.org",
      "createdVia": "web",
      "username": "BrunoInvente",
      "accountId": "3700000002",
      "createdAt": "2015-01-01T00:00:00.000Z",
      "accountDisplayName": "Bruno « B »"
    }
  }
]