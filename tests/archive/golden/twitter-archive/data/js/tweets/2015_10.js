Grailbird.data.tweets_2015_10 = 
 [
  {
    "source" : "<a href=\"x\">web</a>",
    "entities" : {
      "user_mentions" : [],
      "media" : [],
      "hashtags" : [
        {
          "text" : "i4Emploi",
          "indices" : [
            0,
            1
          ]
        }
      ],
      "urls" : [
        {
          "indices" : [
            16,
            39
          ],
          "url" : "https://t.co/q",
          "expanded_url" : "https://twitter.com/anne_exemple/status/650973732533174373",
          "display_url" : "twitter.com/anne_exemple\u2026"
        }
      ]
    },
    "geo" : {},
    "id_str" : "651313689260982676",
    "text" : "\u00c0 lire #i4Emploi https://t.co/q",
    "id" : 651313689260982676,
    "created_at" : "2015-10-06 08:30:59 +0000",
    "user" : {
      "name" : "Bruno \u00ab B \u00bb",
      "screen_name" : "BrunoInvente",
      "protected" : false,
      "id_str" : "3700000002",
      "profile_image_url_https" : "https://pbs.example/b.png",
      "id" : 3700000002,
      "verified" : false
    }
  },
  {
    "source" : "<a href=\"x\">web</a>",
    "entities" : {
      "user_mentions" : [
        {
          "name" : "Anne Exemple",
          "screen_name" : "anne_exemple",
          "indices" : [
            3,
            16
          ],
          "id_str" : "3700000001",
          "id" : 3700000001
        },
        {
          "name" : "mairie_x",
          "screen_name" : "mairie_x",
          "indices" : [
            40,
            49
          ],
          "id_str" : "1",
          "id" : 1
        }
      ],
      "media" : [
        {
          "expanded_url" : "https://twitter.com/anne_exemple/status/650973732533174373/photo/1",
          "indices" : [
            90,
            113
          ],
          "url" : "https://t.co/m",
          "media_url" : "http://pbs.example/1.jpg",
          "id_str" : "9",
          "id" : 9,
          "sizes" : [],
          "display_url" : "pic.twitter.com/m"
        }
      ],
      "hashtags" : [
        {
          "text" : "i4Emploi",
          "indices" : [
            0,
            1
          ]
        },
        {
          "text" : "Corr\u00e8ze",
          "indices" : [
            0,
            1
          ]
        }
      ],
      "urls" : [
        {
          "indices" : [
            0,
            1
          ],
          "url" : "https://t.co/a",
          "expanded_url" : "https://example.org/usine",
          "display_url" : "example.org/usine"
        }
      ]
    },
    "geo" : {},
    "id_str" : "650976848901046474",
    "text" : "RT @anne_exemple: Sauvons l'usine &amp; ses emplois !\n#i4Emploi #Corr\u00e8ze @mairie_x https://example.org/usine \ud83c\udfed",
    "id" : 650976848901046474,
    "created_at" : "2015-10-05 10:12:30 +0000",
    "user" : {
      "name" : "Bruno \u00ab B \u00bb",
      "screen_name" : "BrunoInvente",
      "protected" : false,
      "id_str" : "3700000002",
      "profile_image_url_https" : "https://pbs.example/b.png",
      "id" : 3700000002,
      "verified" : false
    },
    "retweeted_status" : {
      "source" : "<a href=\"x\">web</a>",
      "entities" : {
        "user_mentions" : [
          {
            "name" : "mairie_x",
            "screen_name" : "mairie_x",
            "indices" : [
              40,
              49
            ],
            "id_str" : "1",
            "id" : 1
          }
        ],
        "media" : [
          {
            "expanded_url" : "https://twitter.com/anne_exemple/status/650973732533174373/photo/1",
            "indices" : [
              90,
              113
            ],
            "url" : "https://t.co/m",
            "media_url" : "http://pbs.example/1.jpg",
            "id_str" : "9",
            "id" : 9,
            "sizes" : [],
            "display_url" : "pic.twitter.com/m"
          }
        ],
        "hashtags" : [
          {
            "text" : "i4Emploi",
            "indices" : [
              0,
              1
            ]
          },
          {
            "text" : "Corr\u00e8ze",
            "indices" : [
              0,
              1
            ]
          }
        ],
        "urls" : [
          {
            "indices" : [
              0,
              1
            ],
            "url" : "https://t.co/a",
            "expanded_url" : "https://example.org/usine",
            "display_url" : "example.org/usine"
          }
        ]
      },
      "geo" : {},
      "id_str" : "650973732533174373",
      "text" : "Sauvons l'usine &amp; ses emplois !\n#i4Emploi #Corr\u00e8ze @mairie_x https://example.org/usine \ud83c\udfed",
      "id" : 650973732533174373,
      "created_at" : "2015-10-05 10:00:07 +0000",
      "user" : {
        "name" : "Anne Exemple",
        "screen_name" : "anne_exemple",
        "protected" : false,
        "id_str" : "3700000001",
        "profile_image_url_https" : "https://pbs.example/a.png",
        "id" : 3700000001,
        "verified" : false
      }
    }
  }
]