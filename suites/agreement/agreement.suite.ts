import { suite } from '../suite';

suite(__dirname);
