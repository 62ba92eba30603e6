// CalendarInvite
