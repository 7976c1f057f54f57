import { writeFileSync } from 'node:fs';
import { triedFaults, FAULT_STARTS, faultTable, defectsIn } from './fault-table';
async function main(){ for (const s of FAULT_STARTS) { const t=performance.now(); const tried = await triedFaults(s); writeFileSync(`/tmp/f5-${s.id.replace(' ','-')}.json`, JSON.stringify(tried)); console.log(faultTable(tried)); console.log(performance.now()-t); for (const d of new Set(defectsIn(tried).map(x=>x.replace(/^[^:]*:/,'').slice(0,250)))) console.log(d);} }
void main();
