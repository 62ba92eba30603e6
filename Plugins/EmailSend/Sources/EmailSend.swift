// EmailSend
