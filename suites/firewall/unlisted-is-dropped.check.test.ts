import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { findingsOn } from '../mutation.fixture';
import check from './unlisted-is-dropped.check';
test('x', () => { console.log(findingsOn(check, referenceSnapshot())); });
