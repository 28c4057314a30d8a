from tests.cli.harness import *
def test_probe(desk, capsys):
    desk.lay({GOOD: document("Good")}); desk.environments()
    s = desk.sync(); print(s.code, s.out, s.err); print(desk.published, desk.writes)
    s = desk.sync(); print(s.code, s.out, s.err)
    assert 0
