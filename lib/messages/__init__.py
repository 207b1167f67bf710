"""Messages: tell HR, where HR reads, that somebody needs them today: DingTalk, WeCom, Feishu, e-mail; a link and a number, no reasons."""
