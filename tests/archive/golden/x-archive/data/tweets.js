window.YTD.tweets.part0 = [
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "650976848901046474"
          ],
          "isEditEligible": false
        }
      },
      "retweeted": false,
      "source": "web",
      "entities": {
        "hashtags": [
          {
            "text": "i4Emploi",
            "indices": [
              "0",
              "1"
            ]
          },
          {
            "text": "Corrèze",
            "indices": [
              "0",
              "1"
            ]
          }
        ],
        "urls": [
          {
            "url": "https://t.co/a",
            "expanded_url": "https://example.org/usine",
            "display_url": "e",
            "indices": [
              "0",
              "1"
            ]
          }
        ],
        "user_mentions": [
          {
            "screen_name": "anne_exemple",
            "id_str": "3700000001"
          },
          {
            "screen_name": "mairie_x",
            "name": "mairie_x",
            "id": 1,
            "id_str": "1",
            "indices": [
              "0",
              "1"
            ]
          }
        ],
        "symbols": []
      },
      "display_text_range": [
        "0",
        "10"
      ],
      "favorite_count": "0",
      "id_str": "650976848901046474",
      "truncated": false,
      "retweet_count": "0",
      "id": "650976848901046474",
      "created_at": "Mon Oct 05 10:12:30 +0000 2015",
      "favorited": false,
      "full_text": "RT @anne_exemple: Sauvons l'usine &amp; ses emplois !\n#i4Emploi #Corrèze @mairie_x https://example.org/usine 🏭",
      "lang": "fr",
      "extended_entities": {
        "media": [
          {
            "id_str": "9",
            "type": "photo",
            "media_url_https": "https://pbs.example/1.jpg",
            "expanded_url": "https://twitter.com/x/status/650973732533174373/photo/1",
            "url": "https://t.co/m"
          }
        ]
      }
    }
  },
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "651313689260982676"
          ],
          "isEditEligible": false
        }
      },
      "retweeted": false,
      "source": "web",
      "entities": {
        "hashtags": [
          {
            "text": "i4Emploi",
            "indices": [
              "0",
              "1"
            ]
          }
        ],
        "urls": [
          {
            "url": "https://t.co/q",
            "expanded_url": "https://twitter.com/anne_exemple/status/650973732533174373"
          }
        ],
        "user_mentions": [],
        "symbols": []
      },
      "display_text_range": [
        "0",
        "10"
      ],
      "favorite_count": "3",
      "id_str": "651313689260982676",
      "truncated": false,
      "retweet_count": "2",
      "id": "651313689260982676",
      "created_at": "Tue Oct 06 08:30:59 +0000 2015",
      "favorited": false,
      "full_text": "À lire #i4Emploi",
      "lang": "fr"
    }
  }
]