// Reports as real runners write them, and what is no report.

import { failingTest, readJunit } from '@swarm/runner';
import { describe, expect, it } from 'vitest';

const PYTEST = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="0.05">
<testcase classname="tests.test_parse" name="test_ok" time="0.001" />
<testcase classname="tests.test_parse" name="test_bad[a&lt;b]" time="0.001"><failure message="assert 1 == 2">def test_bad(x):
&gt;       assert 1 == 2
E       assert 1 == 2</failure></testcase>
<testcase classname="tests.test_parse" name="test_skipped" time="0.0"><skipped type="pytest.skip" message="later">x</skipped></testcase>
<testcase classname="" name="tests.test_gone" time="0.0"><error message="collection failure"><![CDATA[ImportError: <no> module]]></error></testcase>
</testsuite></testsuites>`;

const SUREFIRE = `<testsuite name="org.acme.FooTest" tests="2">
  <properties><property name="a" value="b"/></properties>
  <testcase name="flaky" classname="org.acme.FooTest"><flakyFailure type="x">once</flakyFailure></testcase>
  <testcase name="breaks" classname="org.acme.FooTest">
    <failure type="java.lang.AssertionError">java.lang.AssertionError
	at org.acme.FooTest.breaks(FooTest.java:9)</failure>
    <rerunFailure type="java.lang.AssertionError">again</rerunFailure>
    <system-out>noise</system-out>
  </testcase>
</testsuite>`;

async function read(text: string) {
  const { tests, problem } = await readJunit(text);
  const failing = tests.flatMap((test) => failingTest(test) ?? []);
  return { tests: tests.length, failing, problems: problem === undefined ? [] : [problem] };
}

describe('a JUnit report', () => {
  it('of pytest gives the tests that failed or could not run', async () => {
    expect(await read(PYTEST)).toEqual({
      tests: 4,
      problems: [],
      failing: [
        {
          suite: 'tests.test_parse',
          name: 'test_bad[a<b]',
          kind: 'failure',
          message: 'assert 1 == 2',
          detail: 'def test_bad(x):\n>       assert 1 == 2\nE       assert 1 == 2',
        },
        {
          suite: '',
          name: 'tests.test_gone',
          kind: 'error',
          message: 'collection failure',
          detail: 'ImportError: <no> module',
        },
      ],
    });
  });

  it('of Surefire takes what passed in the end as passed', async () => {
    const { failing, tests } = await read(SUREFIRE);
    expect(tests).toBe(2);
    expect(failing).toEqual([
      {
        suite: 'org.acme.FooTest',
        name: 'breaks',
        kind: 'failure',
        message: 'java.lang.AssertionError',
        detail: 'java.lang.AssertionError\n\tat org.acme.FooTest.breaks(FooTest.java:9)',
      },
    ]);
  });

  it('without classes names the suite', async () => {
    const { failing } = await read(
      '<testsuites><testsuite name="ctest"><testcase name="t1" file="a.c"><failure/></testcase></testsuite></testsuites>',
    );
    expect(failing).toEqual([
      { suite: 'ctest', name: 't1', file: 'a.c', kind: 'failure', message: '', detail: '' },
    ]);
  });

  it.each([
    ['', 'line 1', /^not XML: document must contain a root element/],
    ['hello', 'line 1', /^not XML: /],
    ['<html><body/></html>', 'line 1', /^not a JUnit report: it begins with <html>/],
    [PYTEST.slice(0, 500), 'line 6', /^not XML: unclosed tag/],
    ['<testsuite>\n<testcase name="a" name="b"/>\n</testsuite>', 'line 2', /^not XML: duplicate attribute/],
    [
      '<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<testsuite><testcase name="&b;"/></testsuite>',
      'line 2',
      /^not XML: undefined entity/,
    ],
  ])('that is none is told with its line: %.20j', async (text, where, reason) => {
    const { problems } = await read(text);
    expect(problems).toEqual([{ where, reason: expect.stringMatching(reason) }]);
  });
});
