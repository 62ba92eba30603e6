/// A case with one task, for the tests of mail.
let visits = """
    format: 1
    programme: visits
    version: 1
    people:
      clerk: {title: Clerk, staff: yes}
    stages:
      request:
        open:
          task: {who: clerk, due: 5 working days}
          clock: {due: {escalate: clerk}, 60 days: expired}
          next: {done: closed, again: open}
    ends: {closed: fulfilled, expired: expired}
    """

/// A case whose opening calls a webhook, for the tests of effects that wait.
let filing = """
    format: 1
    programme: filing
    version: 1
    people:
      clerk: {title: Clerk, staff: yes}
    stages:
      request:
        open:
          task: {who: clerk, due: 5 working days}
          clock: {due: {escalate: clerk}, 60 days: expired}
          do: [webhook.post: {url: "https://example.org/x", type: opened}]
          next: {done: closed}
    ends: {closed: fulfilled, expired: expired}
    """
