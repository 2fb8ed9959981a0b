window.YTD.profile.part0 = [
  {
    "profile": {
      "description": {
        "bio": "Rien à dire",
        "website": "",
        "location": "Ussel"
      },
      "avatarMediaUrl": ""
    }
  }
]